-- placeholder while another change is under way
SELECT 1;
