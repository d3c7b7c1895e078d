"""Those who act: faces, bodies, clothes, masks, animals, and what they hold."""
