\prompt 'Name? ' x
